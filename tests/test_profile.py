"""An asker says who he is, where, how many and what for, in three languages and any spelling, and is understood."""

import statistics
import time
from collections.abc import Sequence
from typing import Any

import pytest
from conftest import REAL_CORPUS
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from assistant.matching.profile import ProfileError, profile_from_fields, read_profile
from assistant.matching.sector import section_of
from assistant.matching.types import Profile, Slot
from assistant.spelling import Speller
from ingest.schemes import load_schemes
from ingest.territories import Territories
from ingest.wording import load, load_data

PLACES = Territories.load(REAL_CORPUS / "territories")

# What is said; then place (« / » outside the region), headcount, NAF, stage, needs and asker, « - » for what is not said.
PHRASES = [
    ("imprimerie, une vingtaine de personnes, pas loin de Metz, la facture d'énergie nous tue", "57463 16-24 C18 - energy firm"),
    ("je tiens un resto à Verdun, 4 salariés, je trouve personne", "55545 4 I56 - hire firm"),
    ("boulanjerie a pompey on est 8 on veu embaucher 2 vendeuses", "54430 8 C10 - hire firm"),
    ("Je suis au chômage à Nancy et je veux monter ma boîte", "54395 - - creation create jobseeker"),
    ("Wir sind eine Bäckerei in Straßburg mit 8 Mitarbeitern und suchen Azubis", "67482 8 C10 - apprentices firm"),
    ("We are a team of 40 near Colmar making car parts, we want to automate", "68066 40 C29 - automate firm"),
    ("je suis maire d'une petite commune près de Commercy, une friche industrielle à requalifier",
     "55122 - - - brownfield intercommunalité"),
    ("chui tt seul plombier a toul, je veu acheter une machine", "54528 1 F43 - invest-equipment firm"),
    ("Je veux embaucher 3 personnes dans mon garage à Épinal", "88160 - G45 - hire firm"),
    ("PME de 45 salariés, plasturgie, Thionville, former mes gars au numérique", "57672 45 C22 - train-staff+digital firm"),
    ("nous sommes trois dans un atelier de maroquinerie à Sarrebourg", "57630 3 C15 - - firm"),
    ("12 salariés, non pardon 15, à Metz", "57463 15 - - - firm"),
    ("usine de chaussures à Romans-sur-Isère, 50 salariés", "/Romans-sur-Isère 50 C15 - - firm"),
    ("ma boite est a Lyon", "/Lyon - - - - firm"),
    ("je reprends un camping près de Saint-Mihiel, je cherche des financements", "55463 - I55 takeover takeover+finance firm"),
    ("exploitation laitière en Meuse, 120 vaches, vente directe", "55 - A01 - short-supply farmer"),
    ("Gießerei in der Nähe von Metz, 60 Beschäftigte, Stromrechnung zu hoch", "57463 60 C24 - energy firm"),
    ("startup IA à Strasbourg, à deux, lever des fonds", "67482 - J62 - finance firm"),
    ("nous voulons implanter une usine de batteries à Haguenau, groupe coréen", "67180 - C27 - settle-investor investor"),
    ("ma fille est en 3e et cherche un stage à Pont-à-Mousson", "54431 - - - youth-orientation young"),
    ("mon usine ferme, je suis soudeur à Florange, je veux me reconvertir", "57221 - C25 - job-loss employee"),
    ("je veux isoler ma maison à Nancy", "54395 - - - energy household"),
    ("association d'insertion à Bar-le-Duc, 25 salariés, ressourcerie", "55029 25 E38 - - structure"),
    ("entre 10 et 15 salariés, scierie dans les Vosges", "88 10-15 C16 - - firm"),
    ("moins de 10 salariés", "- 0-9 - - - firm"),
    ("plus de 250 personnes, équipementier automobile", "- 251+ C29 - - firm"),
    ("hôtel à Colmar 54 chambres", "68066 - I55 - - firm"),
    ("je veux vendre mon affaire, je pars à la retraite, boucherie à Langres", "52269 - G47 takeover takeover firm"),
    ("ma société est en redressement judiciaire, transport, 30 chauffeurs", "- 30 H49 difficulty difficulty firm"),
    ("on va fermer boutique", "- - - closure difficulty firm"),
    ("Is there any public money for retraining my staff?", "- - - - train-staff+finance firm"),
    ("57000 Metz, cabinet d'architecture, 6 employés", "57463 6 M71 - - firm"),
    ("Je dirige une PME de 45 personnes à Saint-Dizier, fonderie, le gaz nous coûte trop cher", "52448 45 C24 - energy firm"),
    ("bjr jai une boite de menuiserie a epinal avec 6 salarié jveu acheter une nouvelle machine", "88160 6 F43 - invest-equipment firm"),
    ("menuiserie, 6 pers, Lunéville. Besoin d'un terrain pour m'agrandir", "54329 6 F43 growth grow+land-premises firm"),
    ("coiffeuse à domicile vers Bar-le-Duc, je suis seule, je voudrais ouvrir un salon", "55029 1 S96 creation create firm"),
    ("je suis agriculteur à Nomeny, je veux faire de la vente directe", "54400 - A01 - short-supply farmer"),
    ("Maraîcher bio, je cherche des terres près de Pont-à-Mousson", "54431 - A01 - farm-land farmer"),
    ("On a eu une cyberattaque, garage 9 salariés à Reims", "51454 9 G45 - cyber firm"),
    ("mes salariés n'ont pas de voiture, comment les faire venir ? usine à Sainte-Menehould", "51507 - C - staff-mobility firm"),
    ("je cherche un logement pour mes apprentis, boucherie à Colmar", "68066 - G47 - staff-housing firm"),
    ("pas de crèche pour mes salariées, entreprise de nettoyage à Thionville, 30 personnes", "57672 30 N81 - childcare firm"),
    ("Je suis demandeur d'emploi à Forbach, je cherche une formation de soudeur", "57227 - - - jobseeker-training jobseeker"),
    ("mon fils est lycéen et cherche un stage", "- - - - youth-orientation young"),
    ("Je travaille à l'office de tourisme de Verdun, comment attirer des visiteurs ?", "55545 - N79 - tourism structure"),
    ("je suis chargée de mission développement économique dans une communauté de communes, on a une friche",
     "- - - - brownfield intercommunalité"),
    ("on veut exporter en Allemagne, 80 salariés, machines spéciales à Sélestat", "67462 80 C28 - export-relocate firm"),
    ("Je veux reprendre la boulangerie de mon village près de Neufchâteau", "88321 - C10 takeover takeover firm"),
    ("j'ai 58 ans je veux transmettre mon garage, 4 employés, Vitry-le-François", "51649 4 G45 takeover takeover firm"),
    ("petit hôtel-restaurant dans les Vosges, 7 salariés, on veut rénover et isoler", "88 7 I55 - energy firm"),
    ("électricien, seul, Haguenau : qui peut m'aider pour mon site internet ?", "67180 1 F43 - digital+find-adviser firm"),
    ("Ich möchte eine Firma in Straßburg gründen", "67482 - - creation create firm"),
    ("Unsere Schreinerei in Colmar hat 15 Mitarbeiter, wir brauchen neue Maschinen", "68066 15 F43 - invest-equipment firm"),
    ("Wir sind zu dritt, Softwarefirma in Nancy, suchen Finanzierung", "54395 3 J62 - finance firm"),
    ("I run a small bakery in Metz with 3 employees and want to cut my energy bill", "57463 3 C10 - energy firm"),
    ("We are a Korean group looking to build a battery plant near Dunkirk or Metz", "57463 - - - settle-investor investor"),
    ("I'm unemployed in Nancy and want to start a business", "54395 - - creation create jobseeker"),
    ("My factory is closing, I need to retrain, Florange", "57221 - - - job-loss employee"),
    ("I want to hire 5 people, software company in Strasbourg, 20 staff", "67482 20 J62 - hire firm"),
    ("about thirty people, printing company near Troyes, our bills are too high", "10387 24-36 C18 - energy firm"),
    ("hello, farmer near Verdun, I want to sell directly", "55545 - A01 - short-supply farmer"),
    ("scierie 22 salaries foret des vosges on jette nos copeaux", "88 22 C16 - waste-circular firm"),
    ("une douzaine de salariés, plomberie chauffage, Épernay, je trouve pas d'apprenti", "51230 10-14 F43 - apprentices firm"),
    ("Moins de 50 salariés, textile, Vosges, décarbonation", "88 0-49 C13 - decarbonise firm"),
    ("on est une dizaine dans un bureau d'études à Metz", "57463 8-12 M71 - - firm"),
    ("45 employés dont 5 apprentis, chaudronnerie, Saint-Avold", "57606 45 C25 - apprentices firm"),
    ("nous avons 3 sites et 120 salariés, logistique, Metz", "57463 120 H52 - - firm"),
    ("on recrute 10 chauffeurs, transport 35 salariés Toul", "54528 35 H49 - hire firm"),
    ("Garage auto à Sedan, 2 mécanos et moi", "08409 3 G45 - - firm"),
    ("je bosse avec mon frère, on fait de la tôlerie à Longwy", "54323 2 C25 - - firm"),
    ("Association culturelle à Commercy, 2 salariés, local trop petit", "55122 2 - - land-premises structure"),
    ("Je suis salarié chez Stellantis à Metz, j'ai peur de perdre mon poste", "57463 - - - job-loss employee"),
    ("particulier à Nancy, aide pour changer ma chaudière", "54395 - - - energy household"),
    ("Quelles aides pour une entreprise de 10 salariés à Pont-à-Mousson qui veut former ses employés ?", "54431 10 - - train-staff firm"),
    ("Je suis élu à Fresnes-en-Woëvre, comment attirer un médecin ?", "55198 - - - health-access intercommunalité"),
    ("investisseur allemand, cherche terrain pour usine près de Sarreguemines", "57631 - C - land-premises+settle-investor investor"),
    ("ma sœur veut ouvrir un salon de thé à Metz", "57463 - I56 creation create firm"),
    ("mon client a une usine de cosmétiques à Reims, 60 personnes", "51454 60 C20 - - firm"),
    ("entre Metz et Nancy, atelier d'usinage, 18 personnes", "57463,54395 18 C25 - - firm"),
    ("aucune idée de par où commencer, artisan à Toul", "54528 - - - find-adviser firm"),
    ("Je ferme mon magasin de chaussures à Mulhouse", "68224 - G47 closure - firm"),
    ("le carnet est plein, on veut doubler la production, fabricant de meubles, 25 pers., Liffol-le-Grand",
     "88270 25 C31 growth grow firm"),
    ("SARL familiale de charpente, 11 gars, Rambervillers, on embauche pas, personne ne postule", "88367 11 F43 - hire firm"),
    ("micro-entrepreneur à Metz, graphiste, je cherche un coworking", "57463 1 M74 - coworking firm"),
    ("Je suis au chômage, je veux me former dans la soudure, Sarreguemines", "57631 - - - jobseeker-training jobseeker"),
    ("On est une petite équipe de 6 dans une agence web à Reims, on cherche à recruter un développeur", "51454 6 J62 - hire firm"),
    ("Artisan serrurier à Woippy, 3 compagnons, je galère pour recruter", "57751 3 F43 - hire firm"),
    ("bonjour je voudrai savoir si ya des aide pour acheté un four, boulangerie toul 4 salariers", "54528 4 C10 - invest-equipment firm"),
    ("slt on a 1 petite usine de plasturgie (env. 35 pers) pres de st dizier, factures gaz x3", "52448 35 C22 - energy firm"),
    ("Nous sommes une ETI de 320 collaborateurs, équipementier automobile à Trémery, comment se diversifier ?",
     "57677 320 C29 growth grow firm"),
    ("j'ai 2 hectares de vignes à Ay, je cherche à embaucher un saisonnier", "51030 - A01 - hire farmer"),
    ("cultivateur dans l'Aube, je veux installer des panneaux solaires sur mon hangar", "10 - A01 - energy farmer"),
    ("micro brasserie Épinal, moi et ma femme, vendre en ligne", "88160 2 C11 - digital firm"),
    ("notre commune de 800 habitants perd son dernier commerce", "- - - - proximity-trade intercommunalité"),
    ("DGS d'une communauté de communes de 12 000 habitants en Haute-Marne, foncier économique", "52 - - - land-premises intercommunalité"),
    ("chef de projet Petites villes de demain à Joinville", "52250 - - - - intercommunalité"),
    ("Lycée professionnel de Saint-Dié, on cherche des entreprises pour des apprentis", "88413 - - - apprentices structure"),
    ("Étudiant à Nancy, je veux créer ma start-up", "54395 - - creation create+startup young"),
    ("je suis étudiante, je cherche une alternance à Strasbourg", "67482 - - - apprentices young"),
    ("Locataire à Metz, ma facture d'électricité est trop haute", "57463 - - - energy household"),
    ("Cadre parisien, je veux venir m'installer en Lorraine avec ma famille, boulot pour ma femme",
     "54,55,57,88 - - - attract-executives employee"),
    ("entreprise de Dijon, 50 salariés, implantation d'un site à Langres", "52269 50 - - settle-investor investor"),
    ("je veux me mettre à mon compte comme électricien à Saverne", "67437 - F43 creation create firm"),
    ("je suis électricien à mon compte à Saverne, débordé, besoin d'un apprenti", "67437 1 F43 - apprentices firm"),
    ("SCOP de 14 salariés, menuiserie industrielle, Meuse, décarboner", "55 14 C16 - decarbonise+social-economy firm"),
    ("hotel restaurant gerardmer 12 salaries saison trouve pas de cuisinier", "88196 12 I55 - hire firm"),
    ("grossiste en fruits et légumes à Metz, entrepôt trop petit, 22 employés", "57463 22 G46 - land-premises firm"),
    ("Transporteur routier, 80 camions, 95 chauffeurs, Saint-Avold, passer à l'hydrogène", "57606 95 H49 - decarbonise firm"),
    ("Imprimeur à Bar le Duc, entre quinze et vingt salariés, reprise par mon fils", "55029 15-20 C18 takeover takeover firm"),
    ("cabinet comptable 8 pers. Haguenau cyberattaque", "67180 8 M69 - cyber firm"),
    ("nous sommes 4 associés, laboratoire de cosmétiques, Pompey", "54430 4 C20 - - firm"),
    ("On fabrique des remorques à Sarre-Union, 60 personnes, tout est fait à la main", "67434 60 C29 - automate firm"),
    ("Nous fabriquons des pièces en plastique pour l'automobile, 150 salariés, Sedan", "08409 150 C22 - - firm"),
    ("Nous fabriquons des biscuits à Revigny, vingtaine de salariés, drêches et invendus à valoriser",
     "55427 16-24 C10 - waste-circular firm"),
    ("Wir haben eine Schreinerei in Saverne, 6 Leute, und finden keine Mitarbeiter", "67437 6 F43 - hire firm"),
    ("Ich bin Landwirt bei Verdun und möchte meine Produkte direkt verkaufen", "55545 - A01 - short-supply farmer"),
    ("Deutsche Firma möchte Werk in Forbach eröffnen", "57227 - - - settle-investor investor"),
    ("Wir sind 25 Beschäftigte, Maschinenbau, Sarreguemines, Energiekosten explodieren", "57631 25 C28 - energy firm"),
    ("Bürgermeister einer kleinen Gemeinde im Elsass, leere Läden", "67,68 - - - proximity-trade intercommunalité"),
    ("Ich bin allein, Grafikerin in Straßburg, suche Coworking", "67482 1 M74 - coworking firm"),
    ("Mein Chef geht in Rente und ich möchte den Betrieb übernehmen, Metzgerei in Colmar", "68066 - G47 takeover takeover employee"),
    ("weniger als 10 Mitarbeiter, Restaurant, Metz, Insolvenz", "57463 0-9 I56 difficulty difficulty firm"),
    ("Hotel in den Vogesen mit zwölf Angestellten", "88 12 I55 - - firm"),
    ("Welche Hilfe gibt es für mein Unternehmen?", "- - - - know-aids firm"),
    ("We're a 12-person printing firm in Épinal", "88160 12 C18 - - firm"),
    ("family-owned sawmill, 25 workers, Vosges, need new machines", "88 25 C16 - invest-equipment firm"),
    ("I'm a student in Nancy looking for an apprenticeship", "54395 - - - apprentices young"),
    ("two of us run a café in Troyes, we'd like to sell online", "10387 2 I56 - digital firm"),
    ("software startup, 4 people, Strasbourg, raising funds", "67482 4 J62 - finance firm"),
    ("fewer than 50 employees, foundry near Saint-Dizier, decarbonise", "52448 0-49 C24 - decarbonise firm"),
    ("I work for a local council near Verdun, we have an old factory to clean up", "55545 - - - brownfield intercommunalité"),
    ("we employ 200 people at our car parts plant in Metz and want to move into defence", "57463 200 C29 - sector-defence firm"),
    ("Retired in Nancy, can I get help with insulation of my house?", "54395 - - - energy household"),
    ("I want to take over a bakery in Sedan", "08409 - C10 takeover takeover firm"),
    ("association, 12 salariés, recyclerie à Vouziers", "08490 12 E38 - - structure"),
    ("je suis de Paris, je veux ouvrir une librairie à Épinal", "88160 - G47 creation create firm"),
    ("mon entreprise est en Belgique", "/Belgique - - - - firm"),
    ("boulangerie en Bretagne", "/Bretagne - C10 - - firm"),
    ("habite en Allemagne je veux créer une entreprise à Forbach", "57227 - - creation create firm"),
    ("entreprise créée en 2015, 25 rue de la gare, 03 83 12 34 56, Pompey", "54430 - - - - firm"),
    ("CA de 2,5 M€, 18 salariés, usinage, Bar-le-Duc", "55029 18 C25 - - firm"),
    ("on veut passer de 20 à 30 salariés, chaudronnerie", "- 20 C25 - - firm"),
    ("On était 30, on n'est plus que 12", "- 12 - - - firm"),
    ("8 salariés et 2 apprentis dans ma menuiserie", "- 8 F43 - apprentices firm"),
    ("2 associés et 6 employés, bureau d'étude, Metz", "57463 8 M71 - - firm"),
    ("moi et 3 salariés", "- 4 - - - firm"),
    ("j'emploie 7 personnes", "- 7 - - - firm"),
    ("un salarié", "- 1 - - - firm"),
    ("boîte de 12 ans, 9 employés", "- 9 - - - firm"),
    ("il me manque 4 soudeurs, atelier de 22 personnes à Saint-Dizier", "52448 22 - - hire firm"),
    ("3 postes à pourvoir dans ma boite de 15", "- 15 - - hire firm"),
    ("former 5 salariés à la soudure, entreprise de 40", "- 40 - - train-staff firm"),
    ("environ 80 personnes travaillent chez nous", "- 64-96 - - - firm"),
    ("a dozen employees", "- 10-14 - - - firm"),
    ("between 10 and 20 staff", "- 10-20 - - - firm"),
    ("fünfzehn Mitarbeiter", "- 15 - - - firm"),
    ("rund 20 Leute", "- 16-24 - - - firm"),
    ("ein Team von 8 Leuten", "- 8 - - - firm"),
    ("zwei Mitarbeiter und ich", "- 3 - - - firm"),
    ("Ich möchte 3 Mitarbeiter einstellen", "- - - - hire firm"),
    ("wir wollen 5 Azubis ausbilden, Betrieb mit 30 Beschäftigten", "- 30 - - apprentices firm"),
    ("quelle aide pour les éleveurs de la Meuse ?", "55 - A01 - know-aids farmer"),
    ("je cherche un stage de boulanger", "- - - - youth-orientation young"),
    ("start-up de 3 personnes qui fait de la cybersécurité à Metz", "57463 3 J62 - startup firm"),
    ("mon patron part à la retraite et on aimerait reprendre la boîte à trois, imprimerie, Vittel", "88516 3 C18 takeover takeover firm"),
    ("J'ai une petite entreprise de peinture à Saint-Louis, on est 5 et on n'arrive pas à trouver de peintres",
     "68297,57618 5 F43 - hire firm"),
    ("Bonjour, je gère une pizzeria à Bitche avec mon mari. Nos frais de gaz ont doublé.", "57089 2 I56 - energy firm"),
    ("Nous sommes un sous-traitant aéronautique (62 p.) près de Haguenau et voulons robotiser", "67180 - C30 - automate firm"),
    ("comment faire venir des ouvriers la nuit alors qu'il n'y a pas de bus, usine à Pont-à-Mousson 140 personnes",
     "54431 140 C - staff-mobility firm"),
    ("Je suis kiné à Nomeny et je cherche à m'installer", "54400 - Q86 creation create firm"),
    ("opticienne à Saint-Avold je veux vendre ma boutique avant la retraite", "57606 - G47 takeover takeover firm"),
    ("EARL en Haute-Marne, 3 associés, on veut se lancer dans le gîte rural", "52 3 A01 creation create+tourism farmer"),
    ("Un de mes clients, garagiste à Joeuf avec 4 mécaniciens, a ses ordinateurs bloqués par une rançon", "54280 4 G45 - cyber firm"),
    ("Fabricant de luminaires, Reims, quarante-cinq personnes, on veut rapatrier une partie de la production faite en Asie",
     "51454 45 C27 - export-relocate firm"),
    ("Je suis adjointe au maire de Commercy, on a un ancien hôpital vide", "55122 - - - brownfield intercommunalité"),
    ("Je bosse à la mission locale de Forbach, des jeunes sans permis n'arrivent pas à aller au travail",
     "57227 - - - staff-mobility structure"),
    ("On m'a licencié, j'étais cariste à Florange, que faire ?", "57221 - - - job-loss jobseeker"),
    ("J'ai 17 ans, j'aimerais faire un apprentissage en chaudronnerie vers Thionville", "57672 - - - apprentices young"),
    ("je cherche du boulo sur Epinal", "88160 - - - jobseeker-training jobseeker"),
    ("Salut, prothésiste ongulaire, j'aimerais me lancer à Lunéville", "54329 - S96 creation create firm"),
    ("Maraichers bio a Vigneulles, on manque d'eau l'été", "54565 - A01 - water farmer"),
    ("on est une SAS de 9 à Villers-lès-Nancy qui développe un logiciel médical, on cherche un laboratoire pour valider",
     "54578 9 J62 - innovate firm"),
    ("brasserie artisanale du coté de Sélestat, 3 salariés, que faire des drêches ?", "67462 3 C11 - waste-circular firm"),
    ("sté de nettoyage, 130 salariés, Metz, formation", "57463 130 N81 - train-staff firm"),
    ("tpe btp 7 pers meuse tresorerie a sec", "55 7 F difficulty difficulty firm"),
    ("Nous aimerions implanter un entrepôt logistique de 300 emplois dans la Marne", "51 - H52 - settle-investor investor"),
    ("Comment rencontrer d'autres chefs d'entreprise à Sarreguemines ? je suis seul dans mon cabinet de conseil",
     "57631 1 M70 - network firm"),
    ("Ma salariée ne trouve pas de crèche, pharmacie à Toul", "54528 - G47 - childcare firm"),
    ("Quincaillerie Dupont, Rethel, effectif: 6, vitrine vieillissante et clients qui vont en grande surface",
     "08362 6 G47 - proximity-trade firm"),
    ("La fibre n'arrive pas jusqu'à mon atelier de céramique à Ligny-en-Barrois", "55291 - C23 - fibre firm"),
    ("Kleine Brauerei bei Colmar, fünf Leute, Abfälle verwerten", "68066 5 C11 - waste-circular firm"),
    ("Ich führe ein Hotel in Gérardmer und finde kein Personal", "88196 - I55 - hire firm"),
    ("Wir möchten unsere Produktion automatisieren, 85 Angestellte, Kunststoff, Forbach", "57227 85 C22 - automate firm"),
    ("Suche einen Nachfolger für meine Autowerkstatt in Wissembourg", "67544 - G45 takeover takeover firm"),
    ("Meine Tochter sucht ein Praktikum in Straßburg", "67482 - - - youth-orientation young"),
    ("Unser Gemeindeverband möchte mehr Touristen anlocken", "- - - - tourism intercommunalité"),
    ("We make furniture in Neufchâteau, around 55 workers, gas is killing us", "88321 44-66 C31 - energy firm"),
    ("I'm a plumber on my own in Toul, want to take on an apprentice", "54528 1 F43 - apprentices firm"),
    ("Our engineering consultancy in Nancy (14 staff) has been hacked", "54395 14 M71 - cyber firm"),
    ("My wife wants to open a florist's in Verdun", "55545 - G47 creation create firm"),
    ("Swiss company, looking for land to build a plant near Mulhouse", "68224 - - - land-premises+settle-investor investor"),
    ("I was made redundant from the steel mill in Hayange", "57306 - C24 - job-loss jobseeker"),
    ("winery near Épernay, 8 people, how do we attract tourists?", "51230 8 A01 - tourism farmer"),
    ("Je voudrais savoir si un labo peut m'aider à mettre au point un nouveau matériau, je suis plasturgiste a Sedan, 48 sal",
     "08409 48 C22 - innovate firm"),
]  # fmt: skip
HEADCOUNTS = [
    ("effectif 12", 12, 12), ("effectif: 48", 48, 48), ("3 pers", 3, 3), ("8 Mitarbeiter", 8, 8), ("a team of 40", 40, 40),
    ("une vingtaine de salariés", 16, 24), ("on est trois", 3, 3), ("nous sommes vingt-deux", 22, 22), ("à peine 10 salariés", 8, 10),
    ("près de 50 salariés", 40, 50), ("moins de 20 employés", 0, 19), ("plus de 100 ouvriers", 101, None), ("10 à 15 personnes", 10, 15),
    ("cent vingt salariés", 120, 120), ("zweihundert Beschäftigte", 200, 200), ("a hundred and fifty employees", 150, 150),
    ("1 200 salariés", 1200, 1200), ("12salariés", 12, 12), ("mes 7 gars", 7, 7), ("je suis tout seul", 1, 1), ("wir sind zu viert", 4, 4),
    ("je travaille avec ma femme", 2, 2), ("5 ouvriers et 2 employés de bureau", 7, 7), ("250+ salariés", 251, None),
    ("au moins 30 salariés", 30, None), ("une quinzaine de gars", 12, 18), ("une boîte de 9", 9, 9), ("12 ou 13 salariés", 12, 13),
]  # fmt: skip
OTHER_NUMBERS = [
    "je veux embaucher 3 personnes", "une entreprise de 12 ans", "400 m2 et 3 hectares", "200 000 euros de travaux", "depuis 2015",
    "former 5 vendeuses", "j'ai perdu 12 clients", "nous cherchons 2 soudeurs", "à 20 km de Metz", "un hôtel de 54 chambres",
    "we want to hire 5 people", "wir wollen 3 Mitarbeiter einstellen", "mon numéro est le 03 83 12 34 56", "120 vaches", "2 apprentis",
    "une commune de 800 habitants", "30 % de moins", "3 postes à pourvoir", "avant le 1er mars 2026", "54700 Pont-à-Mousson",
]  # fmt: skip


def heard(*turns: str, asked: Sequence[Slot | None] = ()) -> Profile:
    return read_profile(turns, PLACES, asked=asked)


def in_brief(profile: Profile) -> str:
    people, trade = profile.headcount, profile.sector
    many = "-"
    if people:
        many = str(people.low) if people.low == people.high else f"{people.low}+" if people.high is None else f"{people.low}-{people.high}"
    place = ",".join(profile.places) or (f"/{profile.outside}" if profile.outside else "-")
    naf = (trade.section + trade.division if trade else "") or "-"
    return f"{place} {many} {naf} {profile.stage or '-'} {'+'.join(profile.needs) or '-'} {profile.asker or '-'}"


def without_wording(profile: Profile) -> dict[str, object]:
    """A profile without the words it was read from."""
    fields = profile.model_dump(exclude={"place_written": True, "headcount": {"written"}, "sector": {"written"}})
    return {name: value for name, value in fields.items() if value}


@pytest.mark.parametrize(("phrase", "facts"), PHRASES)
def test_a_sentence_tells_every_fact_and_nothing_that_was_not_said(phrase: str, facts: str) -> None:
    assert in_brief(heard(phrase)) == facts


@pytest.mark.parametrize(("phrase", "low", "high"), HEADCOUNTS)
def test_a_headcount_is_a_number_a_word_or_a_range(phrase: str, low: int, high: int | None) -> None:
    people = heard(phrase).headcount
    assert people is not None
    assert (people.low, people.high) == (low, high)
    assert people.written in phrase


@pytest.mark.parametrize("phrase", OTHER_NUMBERS)
def test_a_number_that_counts_something_else_is_no_headcount(phrase: str) -> None:
    assert heard(phrase).headcount is None


def test_a_correction_replaces_one_fact_and_keeps_the_others() -> None:
    profile = heard("je suis boulanger à Metz, 5 salariés, je veux embaucher", "non, 12 salariés", "en fait à Verdun")
    assert in_brief(profile) == "55545 12 C10 - hire firm"
    assert in_brief(heard("boulanger à Metz, 5 salariés", "non, 15")) == "57463 15 C10 - - firm"
    assert in_brief(heard("12 salariés, pardon 15, à Metz")) == "57463 15 - - - firm"


def test_another_person_begins_anew_and_the_needs_stay_when_they_are_the_same() -> None:
    first = "je suis boulanger à Metz, 5 salariés, je veux embaucher"
    assert in_brief(heard(first, "et pour un ami plombier à Nancy ?")) == "54395 - F43 - hire firm"
    assert in_brief(heard(first, "pareil pour ma sœur coiffeuse à Reims")) == "51454 - S96 - hire firm"
    assert in_brief(heard(first, "mon frère est garagiste à Toul, il veut exporter")) == "54528 - G45 - export-relocate firm"
    assert in_brief(heard(first, "j'ai un client, scierie de 30 personnes à Saint-Dié, facture d'énergie")) == "88413 30 C16 - energy firm"


def test_what_was_known_of_the_first_person_is_known_again_when_the_talk_returns() -> None:
    profile = heard("coiffeuse à Toul, 2 salariées", "pour mon frère garagiste à Nancy, 6 salariés", "et pour moi ?")
    assert in_brief(profile) == "54528 2 S96 - - firm"


def test_a_second_activity_or_a_closer_word_is_not_another_firm() -> None:
    assert in_brief(heard("boulangerie à Metz, 5 salariés", "j'ai aussi une épicerie")) == "57463 5 C10 - - firm"
    assert in_brief(heard("usine à Sedan, 60 personnes", "on fait de la fonderie")) == "08409 60 C24 - - firm"


def test_needs_add_up_until_a_new_question_is_put() -> None:
    assert heard("je veux embaucher", "et aussi former mes salariés").needs == ["hire", "train-staff"]
    assert heard("je veux embaucher", "et pour la facture d'énergie ?").needs == ["energy"]


def test_a_bare_answer_is_understood_by_what_was_asked() -> None:
    profile = heard("bonjour", "boulangerie", "12", "Verdun", "recruter", asked=[None, "sector", "headcount", "place", "needs"])
    assert in_brief(profile) == "55545 12 C10 - hire firm"
    assert heard("Fontaine", asked=["place"]).places == ["10150"]
    assert heard("12").headcount is None
    assert heard("une association", asked=["asker"]).asker == "structure"
    assert heard("oui", asked=["asker"]).asker == "firm"
    fifteen = heard("recruter", "15", asked=[None, "asker"])
    assert fifteen.headcount is not None and fifteen.headcount.low == 15 and fifteen.contradictions == []
    assert heard("création", asked=["stage"]).stage == "creation"
    assert heard("seul", asked=["headcount"]).headcount is not None


@pytest.mark.parametrize("answer", ["je ne sais pas", "aucune idée", "chais pas", "keine Ahnung", "I don't know", "weiß nicht", "jsp"])
def test_not_knowing_is_an_answer_until_the_fact_is_told(answer: str) -> None:
    asked: list[Slot] = ["place", "headcount", "sector", "stage", "needs", "asker"]
    for slot in asked:
        profile = heard("bonjour", answer, asked=[None, slot])
        assert (profile.unknown, profile.contradictions) == ([slot], [])
    assert heard("garage", answer, "8 salariés", asked=[None, "headcount", None]).unknown == []
    assert heard(answer).unknown == []


def test_two_facts_that_cannot_both_hold_are_told_and_neither_is_kept() -> None:
    profile = heard("mon entreprise a 12 salariés et nous sommes 40 salariés")
    assert profile.headcount is None
    assert profile.contradictions == ["Vous donnez deux effectifs, « 12 » et « 40 ». Lequel faut-il retenir ?"]
    assert "Metz" in heard("my shop is in Metz and my company is located in Nancy").contradictions[0]
    assert heard("je suis boulanger. Je suis plombier.").sector is None
    assert heard("je veux ouvrir une boulangerie et fermer ma société").stage is None
    assert heard("12 salariés et nous sommes 40 salariés", "40 salariés").contradictions == []


@pytest.mark.parametrize("phrase", ["j'ai -3 salariés", "nous sommes 2 000 000 salariés"])
def test_a_headcount_that_cannot_be_is_told_and_not_kept(phrase: str) -> None:
    profile = heard(phrase)
    assert profile.headcount is None
    assert "n'est pas possible" in profile.contradictions[0]


def test_a_place_that_nobody_knows_is_told_when_it_was_asked_for() -> None:
    assert "xyzzyville" in heard("xyzzyville", asked=["place"]).contradictions[0]


def test_a_homonym_or_a_postcode_of_several_communes_stays_a_question() -> None:
    assert set(heard("entreprise à Saint-Martin").places) == {"67426", "54480"}
    assert "54431" not in heard("54700").places or len(heard("54700").places) > 1
    assert heard("57000, coiffeuse").places == ["57463"]


def test_a_firm_has_the_families_of_its_trade_and_of_those_it_works_for() -> None:
    trade = heard("plasturgie pour l'automobile, 150 salariés").sector
    assert trade is not None and trade.families == ["industry", "automotive"]
    aside = heard("chaudronnerie, on veut se diversifier vers la défense").sector
    assert aside is not None and aside.families == ["industry"]
    none = heard("plombier").sector
    assert none is not None and none.families == []


def test_a_trade_that_somebody_looks_for_or_sells_to_is_not_his() -> None:
    for phrase in ("je veux embaucher un soudeur", "je cherche un plombier", "on livre aux restaurants", "former un comptable"):
        assert heard(phrase).sector is None, phrase


def test_a_form_and_a_conversation_that_tell_the_same_give_the_same() -> None:
    said = heard("boulangerie à Metz, une vingtaine de salariés, je veux embaucher")
    form = profile_from_fields(commune="Metz", headcount="une vingtaine", sector="boulangerie", needs=["hire"], territories=PLACES)
    assert without_wording(said) == without_wording(form)
    said = heard("je reprends une scierie près de Saint-Dié, 10 à 15 salariés")
    form = profile_from_fields(commune="saint die", headcount="10-15", sector="scierie", stage="reprise", territories=PLACES)
    assert without_wording(said) == without_wording(form)
    said = heard("Wir sind arbeitslos in Straßburg und suchen Arbeit")
    form = profile_from_fields(commune="Straßburg", asker="jobseeker", territories=PLACES)
    assert without_wording(said) == without_wording(form)


def test_a_form_takes_names_postcodes_codes_and_words() -> None:
    form = profile_from_fields(
        commune="57463", headcount="12", sector="10.71C", stage="growth", needs=["energy", "nouvelle machine"], asker="entreprise",
        unknown=["place"], territories=PLACES,
    )  # fmt: skip
    assert in_brief(form) == "57463 12 C10 growth invest-equipment+energy firm"
    assert form.unknown == ["place"]
    assert profile_from_fields(commune="je ne sais pas", territories=PLACES).unknown == ["place"]
    assert profile_from_fields(commune="Lyon", territories=PLACES).outside == "Lyon"
    assert profile_from_fields(territories=PLACES) == Profile()


@pytest.mark.parametrize(
    ("slot", "fields"),
    [
        ("place", {"commune": "xyzzyville"}), ("headcount", {"headcount": "-3"}), ("headcount", {"headcount": "1000000"}),
        ("headcount", {"headcount": "beaucoup"}), ("stage", {"stage": "quelconque"}), ("needs", {"needs": ["zzz"]}),
        ("asker", {"asker": "martien"}), ("sector", {"sector": "123456"}), ("unknown", {"unknown": ["couleur"]}),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_read_is_named_with_its_remedy_in_three_languages(slot: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ProfileError) as caught:
        profile_from_fields(territories=PLACES, **fields)
    assert caught.value.slot == slot
    assert len({caught.value.say("fr"), caught.value.say("en"), caught.value.say("de")}) == 3
    assert caught.value.given in str(caught.value)


def test_the_words_of_trades_name_what_exists() -> None:
    data = load_data("assistant", "profile/trades")
    families = {family for scheme in load_schemes(REAL_CORPUS) for family in scheme.sectors}
    french = {word.strip() for row in data["trades"] for word in row["fr"].split(",")}
    assert len(french) > 1000
    assert {family for row in data["trades"] for family in row["families"]} <= families
    assert all(section_of(row["naf"]) for row in data["trades"] if row["naf"].isdigit())
    assert set(data["works_for"]) <= families


def test_an_expression_means_two_needs_at_most() -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for need, terms in load("needs").items():
        for language, said in terms.items():
            for expression in said:
                seen.setdefault((language, str(expression).lower()), set()).add(need)
    assert [expression for expression, needs in seen.items() if len(needs) > 2] == []


def test_words_of_the_texts_are_no_slips() -> None:
    assert heard("boulanjerie a Metz").sector is not None
    assert read_profile(["boulanjerie a Metz"], PLACES, Speller.over(["une boulanjerie"])).sector is None


def test_every_turn_needs_the_slot_asked_before_it() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        read_profile(["12", "Metz"], PLACES, asked=["headcount"])


@law(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80) | st.sampled_from([phrase for phrase, _ in PHRASES]), max_size=3))
def test_any_messages_give_a_profile_and_always_the_same(turns: list[str]) -> None:
    profile = heard(*turns)
    assert profile == heard(*turns)
    assert set(profile.needs) <= set(load("needs"))
    assert not (profile.places and profile.outside)


@law(max_examples=60, deadline=None)
@given(st.integers(min_value=2, max_value=2000), st.sampled_from(["salariés", "personnes", "employees", "Mitarbeiter", "pers"]))
def test_a_number_of_people_is_that_number_in_chat_and_in_the_form(number: int, unit: str) -> None:
    people = heard(f"{number} {unit}").headcount
    assert people is not None and (people.low, people.high) == (number, number)
    form = profile_from_fields(headcount=str(number), territories=PLACES).headcount
    assert form is not None and (form.low, form.high) == (number, number)


def test_reading_a_message_takes_a_few_milliseconds() -> None:
    phrases = [phrase for phrase, _ in PHRASES[:40]]
    for phrase in phrases:
        heard(phrase)
    spent = []
    for phrase in phrases:
        start = time.process_time()
        heard(phrase)
        spent.append(time.process_time() - start)
    assert statistics.median(spent) < 0.003
